// The service under test: the built program with its demonstration, in a folder of its own.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.OPROEP_BIN ?? new URL("../../target/debug/oproep", import.meta.url).pathname;

/**
 * Starts a demonstration with so many participants. `notes` are what the program wrote down: `service` (its address),
 * `receivers` (the page of the local providers) and `accounts` (username, password, role, region).
 */
export async function startService({ participants = 2000, seed = 7, patience = 120_000, arguments: more = [] } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "oproep-screens-"));
    const demo = join(folder, "demo");
    const child = spawn(program, ["demo", "run", "--folder", demo, "--participants", `${participants}`, "--seed", `${seed}`, "--listen", "127.0.0.1:0", ...more], {
        stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const notes = await answering(join(demo, "demo.json"), child, () => said, patience);
    return {
        notes,
        url: notes.service,
        account: (role) => notes.accounts.find((account) => account.role === role),
        output: () => said,
        /** Ends the process; the folder stays for a start after it. */
        async kill() {
            child.kill("SIGKILL");
            await ended;
        },
        async stop() {
            child.kill("SIGTERM");
            await ended;
            await rm(folder, { recursive: true, force: true });
        },
    };
}

async function answering(file, child, said, patience) {
    for (let tries = 0; tries < patience / 100; tries += 1) {
        if (child.exitCode !== null) break;
        try {
            const notes = JSON.parse(await readFile(file, "utf8"));
            const ready = await fetch(`${notes.service}/readyz`);
            if (ready.ok) return notes;
        } catch {
            // Not yet.
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill("SIGKILL");
    throw new Error(`the service did not start:\n${said()}`);
}
