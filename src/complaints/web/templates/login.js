"use strict";
document.getElementById("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const failed = document.getElementById("failed");
  failed.hidden = true;
  try {
    const answer = await fetch(form.dataset.session, {
      method: "POST",
      headers: { authorization: "Bearer " + form.elements.token.value.trim() },
    });
    if (answer.ok) {
      location.assign(form.dataset.next);
      return;
    }
  } catch (unreachable) {
    console.error(unreachable);
  }
  failed.hidden = false;
});
