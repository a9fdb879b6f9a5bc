// Bundles the scripts and styles of the screens from web/src and web/style into web/dist: hashed names, each with its
// gzip and brotli beside it, and manifest.json with the names. The server embeds the folder; it builds without it too.
import { build, context } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");
const watching = process.argv.includes("--watch");

const screens = {
    absWorkingDir: here,
    entryPoints: {
        screens: "src/screens.js",
        console: "src/console.js",
        participant: "src/participant.js",
        map: "src/map.js",
        style: "style/index.css",
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: !watching,
    sourcemap: watching ? "inline" : false,
    target: ["es2022", "chrome100", "firefox100", "safari15.4"],
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    legalComments: "external",
    metafile: true,
    logLevel: "warning",
};

/** The service worker has a name of its own that stays, since browsers look for it there; it knows what to keep. */
async function buildServiceWorker(kept) {
    await build({
        absWorkingDir: here,
        entryPoints: ["src/service-worker.js"],
        outdir: dist,
        bundle: true,
        format: "iife",
        minify: !watching,
        target: screens.target,
        define: { KEPT_FILES: JSON.stringify(kept) },
        logLevel: "warning",
    });
}

async function finish(metafile) {
    const manifest = {};
    for (const [path, output] of Object.entries(metafile.outputs)) {
        const name = basename(path);
        if (!output.entryPoint) continue;
        const kind = name.endsWith(".css") ? "css" : "js";
        manifest[`${basename(output.entryPoint) === "index.css" ? "style" : basename(output.entryPoint, ".js")}.${kind}`] = name;
    }
    const kept = ["style.css", "screens.js", "participant.js"].map((name) => `/assets/${manifest[name]}`);
    const parts = Object.keys(metafile.outputs).map((path) => basename(path));
    kept.push(...parts.filter((name) => name.startsWith("part-") && isPartOf(metafile, name, "participant.js")).map((name) => `/assets/${name}`));
    await buildServiceWorker(kept);
    await writeFile(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const name of await readdir(dist)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const content = await readFile(join(dist, name));
        const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: watching ? 4 : 11 } });
        await writeFile(join(dist, `${name}.br`), brotli);
        await writeFile(join(dist, `${name}.gz`), gzipSync(content, { level: watching ? 4 : 9 }));
    }
}

/** Whether an entry loads this part at once, not only when something asks for it. */
function isPartOf(metafile, part, entry) {
    const outputs = Object.entries(metafile.outputs);
    const [, of] = outputs.find(([, output]) => output.entryPoint && basename(output.entryPoint) === entry);
    return of.imports.some((use) => use.kind === "import-statement" && basename(use.path) === part);
}

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) {
    if (name !== ".gitkeep") await rm(join(dist, name));
}
if (watching) {
    const again = { name: "finish", setup: (on) => on.onEnd((result) => result.metafile && finish(result.metafile)) };
    await (await context({ ...screens, plugins: [again] })).watch();
} else {
    const { metafile } = await build(screens);
    await finish(metafile);
}
