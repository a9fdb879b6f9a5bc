// Tips that wait on this device for a network, each under a key of its own: however often one is sent, it is taken once.
// Used by pages and by the service worker.
const NAME = "oproep-tips";

function open() {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("tips", { keyPath: "key" });
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
}

async function act(mode, work) {
    const database = await open();
    try {
        return await new Promise((resolve, reject) => {
            const transaction = database.transaction("tips", mode);
            const asked = work(transaction.objectStore("tips"));
            transaction.oncomplete = () => resolve(asked.result);
            transaction.onerror = () => reject(transaction.error);
        });
    } finally {
        database.close();
    }
}

/** Keeps a tip: where it goes, and its fields and files. */
export const keep = (tip) => act("readwrite", (store) => store.put(tip));
/** The tips that wait. */
export const waiting = () => act("readonly", (store) => store.getAll());
/** Forgets one that is taken. */
export const forget = (key) => act("readwrite", (store) => store.delete(key));

/** Forgets all: whoever signs in next is somebody else. */
export const forgetAll = () => indexedDB.deleteDatabase(NAME);

/** Sends a tip; the answer, or an error without a network. */
export function send({ key, path, fields }) {
    const body = new FormData();
    for (const [name, value] of fields) {
        if (value instanceof Blob) body.append(name, value, value.name ?? name);
        else body.append(name, value);
    }
    return fetch(path, { method: "POST", body, headers: { accept: "application/json", "idempotency-key": key } });
}

let sending;
/** Sends everything that waits, one by one; the references of those that were taken. */
export function sendAll() {
    sending ??= (async () => {
        const taken = [];
        for (const tip of await waiting()) {
            const answer = await send(tip).catch(() => undefined);
            // A server that is busy takes it later, and so it is once one is signed in again; what is refused for what it
            // says never will be.
            if (!answer || answer.status >= 500 || [401, 408, 429].includes(answer.status)) break;
            if (answer.ok) taken.push((await answer.json()).reference);
            await forget(tip.key);
        }
        return taken;
    })().finally(() => (sending = undefined));
    return sending;
}
