// Says in a line what the doctor's answers amount to, while they come.
(() => {
  const summary = document.getElementById("summary");
  const answers = document.querySelector(".answers");
  const count = (what) => answers.querySelectorAll(what).length;

  function said() {
    const looking = count(".looking"), broken = count(".symptom.bad"), doubtful = count(".symptom.warn");
    if (looking) return ["", `Looking: ${looking} questions have no answer yet.`];
    if (broken) return ["bad", `${broken} broken${doubtful ? `, ${doubtful} doubtful` : ""}: what to do stands below each.`];
    if (doubtful) return ["", `Nothing is broken, ${doubtful} doubtful: what to do stands below each.`];
    return ["ok", "All is well."];
  }

  function tell() {
    const [kind, text] = said();
    summary.className = `note ${kind}`;
    summary.textContent = text;
  }

  new MutationObserver(tell).observe(answers, { childList: true, subtree: true });
  tell();
})();
