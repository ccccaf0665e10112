// While very many messages come from one place, a form carries a puzzle. It is solved beside the
// page while the guest types; whoever sends waits for `form.solved`. Without a solution, as from a
// browser that cannot find one, the message is taken all the same.
const form = document.getElementById("write");
const { challenge, solution } = form.elements;
const PATIENCE_MS = 30000;

form.solved = new Promise((resolve) => {
  // By then the form has got back what was kept of it, its submission among that.
  addEventListener("DOMContentLoaded", () => {
    setTimeout(resolve, PATIENCE_MS);
    try {
      const worker = new Worker(form.dataset.solver);
      worker.onmessage = ({ data }) => {
        solution.value = data;
        worker.terminate();
        resolve();
      };
      worker.onerror = resolve;
      worker.postMessage(`${challenge.value}.${form.elements.submission_id.value}`);
    } catch {
      resolve();
    }
  });
});
