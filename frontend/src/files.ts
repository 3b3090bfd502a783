// Choosing files: form[data-files]. What is too large is said before it travels, and a file that was chosen and not added
// is added first when the form kept with data-keep is sent: nobody sends a diploma that is still on their own disk.
export function guardFiles(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-files]");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !input) return;
  const most = Number(form.dataset.files);

  input.addEventListener("change", () => {
    const large = [...(input.files ?? [])].find((file) => file.size > most);
    input.setCustomValidity(large ? `${large.name} is larger than ${Math.round(most / 2 ** 20)} MB.` : "");
    input.reportValidity();
  });

  document.addEventListener(
    "submit",
    (event) => {
      const sent = event.target;
      if (!(sent instanceof HTMLFormElement) || !("keep" in sent.dataset) || !input.files?.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      form.requestSubmit();
    },
    { capture: true },
  );
}
