// The installed page without a network: pages as they were last, and tips that leave by themselves. KEPT_FILES comes from
// the bundler.
import { forgetAll, sendAll, waiting } from "./participant/kept_tips.js";

const FILES = `oproep-files-${KEPT_FILES.join("|")}`;
/** Of the last account that was signed in here: gone when they sign out. */
const PAGES = "oproep-pages";
const OFFLINE = "/offline";
const MOST_PAGES = 40;

/** Pages of participants and of everyone; nothing of the console. */
const isKept = (path) => /^\/(me(\/actions\/[^/]+|\/settings)?|a\/[^/]+|t\/[^/]+|p\/[^/]+)?$/.test(path);
const isPersonal = (path) => path === "/me/sign-out" || path === "/me/leave";

self.addEventListener("install", (event) => {
    event.waitUntil((async () => {
        await (await caches.open(FILES)).addAll(KEPT_FILES);
        await (await caches.open(PAGES)).add(OFFLINE);
        await self.skipWaiting();
    })());
});

self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
        const old = (await caches.keys()).filter((name) => name.startsWith("oproep-") && name !== FILES && name !== PAGES);
        await Promise.all(old.map((name) => caches.delete(name)));
        await self.clients.claim();
    })());
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (origin !== location.origin) return;
    if (request.method === "POST" && isPersonal(pathname)) {
        forgetAll();
        event.waitUntil(caches.delete(PAGES));
    } else if (request.method === "GET" && request.mode === "navigate") {
        if (isKept(pathname)) event.respondWith(page(request, pathname));
    } else if (request.method === "GET" && KEPT_FILES.includes(pathname)) {
        event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
    } else if (request.method === "GET" && /\/photos\/\d+$/.test(pathname)) {
        event.respondWith(picture(request));
    }
});

/** The page from the network, or as it was last. */
async function page(request, path) {
    try {
        const answer = await fetch(request);
        // What leads elsewhere, to sign in for instance, is kept by nobody.
        if (answer.ok && !answer.redirected) await put(path, answer.clone());
        return answer;
    } catch {
        const cache = await caches.open(PAGES);
        const kept = await cache.match(path);
        return kept ? marked(kept) : ((await cache.match(OFFLINE)) ?? Response.error());
    }
}

async function picture(request) {
    try {
        const answer = await fetch(request);
        if (answer.ok) await put(new URL(request.url).pathname, answer.clone());
        return answer;
    } catch {
        return (await caches.match(request)) ?? Response.error();
    }
}

async function put(path, answer) {
    const headers = new Headers(answer.headers);
    headers.set("x-kept-at", `${Date.now()}`);
    const cache = await caches.open(PAGES);
    // The page that was kept longest makes room; it stands first.
    await cache.delete(path);
    await cache.put(path, new Response(await answer.blob(), { status: 200, headers }));
    const [first, ...others] = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== OFFLINE);
    if (others.length >= MOST_PAGES) await cache.delete(first);
}

/** The page says since when it is so. */
async function marked(kept) {
    const html = await kept.text();
    const at = kept.headers.get("x-kept-at");
    const headers = new Headers(kept.headers);
    headers.delete("content-length");
    return new Response(html.replace("<body", `<body data-kept="${at}"`), { status: 200, headers });
}

/** Browsers try again, ever later, what did not end well. */
async function sendOrAgain() {
    await sendAll();
    if ((await waiting()).length > 0) throw new Error("no network yet");
}

self.addEventListener("sync", (event) => {
    if (event.tag === "tips") event.waitUntil(sendOrAgain());
});

self.addEventListener("push", (event) => {
    const message = event.data?.json() ?? {};
    const show = self.registration.showNotification(message.title ?? "", {
        body: message.body,
        lang: message.lang,
        tag: message.tag,
        renotify: Boolean(message.tag),
        icon: "/icons/icon-192.png",
        data: { link: message.link ?? "/me" },
    });
    const isAlert = message.purpose === "alert" && message.reference;
    // Push services do not say whether a message was shown; we do.
    const heard = isAlert ? fetch(`/api/v1/alerts/${message.reference}/received`, { method: "POST" }).catch(() => {}) : undefined;
    event.waitUntil(Promise.all([show, heard]));
});

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(self.clients.openWindow(event.notification.data.link));
});
