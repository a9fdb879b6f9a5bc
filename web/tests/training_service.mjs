// A training service: the built program with a database of its own and a made-up population, in a folder of its own.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const program = process.env.OPROEP_BIN ?? new URL("../../target/debug/oproep", import.meta.url).pathname;

/** An evening that begins at once, so that a journey need not wait for it: two tips for every ten that are told. */
const SCENARIO = `
[receipts.app]
taken = 1.0
delivered = 0.0
failed = 0.0
from_s = 0
to_s = 1
[receipts.sms]
taken = 1.0
delivered = 1.0
failed = 0.0
from_s = 0
to_s = 1
[receipts.email]
taken = 1.0
delivered = 0.0
failed = 0.0
from_s = 0
to_s = 1
[receipts.voice]
taken = 1.0
delivered = 1.0
failed = 0.0
from_s = 0
to_s = 1
[tips]
share = 0.2
at_most = 12
first_after_s = 0
half_after_s = 1
useful = 0.5
duplicate = 0.2
photo = 0.3
located = 1.0
anonymous = 0.2
within_m = 1500
[words]
streets = ["Kerkweg"]
directions_nl = ["het station"]
directions_en = ["the station"]
[[useful]]
nl = "Ik zag haar in de {street}, lopend richting {direction}."
en = "I saw her in {street}, walking towards {direction}."
[[useless]]
nl = "Ik heb niets gezien."
en = "I saw nothing."
`;

/** The configuration is the file alone: what is set in this process's environment is not of the service. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OPROEP_")));

/**
 * Starts it; `url` is where it answers, `account(role)` an account for a role, `oproep(...)` what the program answers as
 * JSON to these words on its machine. `secondProofFor` are the roles that may do nothing without codes of an app.
 */
export async function startTraining({ participants = 2000, secondProofFor = [] } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "oproep-training-"));
    const config = join(folder, "training.toml");
    await writeFile(join(folder, "scenario.toml"), SCENARIO);
    await writeFile(
        config,
        `[database]
url = "sqlite:${join(folder, "oproep.db")}"
[keys]
folder = "${join(folder, "keys")}"
[server]
listen = "127.0.0.1:0"
[hold]
for_ms = 2000
[accounts]
second_proof_for = ${JSON.stringify(secondProofFor)}
[training]
seed = 1
scenario_file = "${join(folder, "scenario.toml")}"
`,
    );
    const oproep = async (...words) => JSON.parse((await promisify(execFile)(program, ["--config", config, "--json", ...words], { env: environment })).stdout);
    const { accounts } = await oproep("training", "prepare", "--participants", `${participants}`);
    const child = spawn(program, ["--config", config, "serve"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let said = "";
    const url = await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`the training service did not start:\n${said}`)), 60_000);
        const hear = (text) => {
            said += text;
            const found = said.match(/127\.0\.0\.1:\d+/);
            if (!found) return;
            clearTimeout(late);
            resolve(`http://${found[0]}`);
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        ended.then(() => reject(new Error(`the training service ended:\n${said}`)));
    });
    return {
        url,
        oproep,
        account: (role) => accounts.find((account) => account.role === role),
        async stop() {
            child.kill("SIGTERM");
            await ended;
            await rm(folder, { recursive: true, force: true });
        },
    };
}
