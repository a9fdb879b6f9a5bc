// Shares what everyone may read, by the telephone's own way of sharing, or else as a link to paste.
for (const part of document.querySelectorAll("[data-share]")) {
    const { share: url, title } = part.dataset;
    part.querySelector("button").addEventListener("click", async () => {
        if (navigator.share) {
            await navigator.share({ title, text: title, url }).catch(() => {});
            return;
        }
        await navigator.clipboard.writeText(`${title} ${url}`);
        part.querySelector("[role=status]").textContent = part.dataset.copied;
    });
}
