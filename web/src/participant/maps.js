// Maps are fetched once they are looked at: the alert itself comes first.
const maps = document.querySelectorAll("[data-script]");
if (maps.length > 0) {
    const seen = new IntersectionObserver((entries) => {
        const found = entries.find((entry) => entry.isIntersecting);
        if (!found) return;
        seen.disconnect();
        if (found.target.dataset.script) import(found.target.dataset.script).catch(() => {});
    }, { rootMargin: "200px" });
    for (const map of maps) seen.observe(map);
}

// Where one is now, into a field that takes "52.0907, 5.1214".
for (const button of document.querySelectorAll("[data-here-in]")) {
    button.addEventListener("click", () => {
        navigator.geolocation?.getCurrentPosition(({ coords }) => {
            const field = document.getElementById(button.dataset.hereIn);
            field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
            field.focus();
        });
    });
}
