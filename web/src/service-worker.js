// Keeps what the installed page needs to open without a network. KEPT_FILES comes from the bundler.
const NAME = `oproep-${KEPT_FILES.join("|").length}-${KEPT_FILES[0]}`;

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT_FILES)).then(() => self.skipWaiting()));
});
