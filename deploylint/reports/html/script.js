"use strict";
// Filters the findings and opens the one that the address names. The address holds the filter, so
// that it can be shared: #findings?service=orders&status=error, or #f-FINGERPRINT.
(() => {
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  if (!form) return;
  const findings = [...document.querySelectorAll(".finding")].map((element) => ({
    element,
    data: element.dataset,
    text: element.textContent.toLowerCase(),
  }));
  const controls = [...form.elements].filter((control) => control.name);

  function wanted() {
    return controls.map((control) => [control.name, control.value.trim()]).filter(([, value]) => value);
  }

  function apply() {
    const words = [], choices = [];
    for (const [name, value] of wanted()) {
      if (name === "text") words.push(...value.toLowerCase().split(/\s+/));
      else choices.push([name, value]);
    }
    let number = 0;
    for (const { element, data, text } of findings) {
      const fits = choices.every(([name, value]) => data[name] === value)
        && words.every((word) => text.includes(word));
      if (element.hidden === fits) element.hidden = !fits;
      number += fits;
    }
    const all = findings.length;
    const noun = all === 1 ? "finding" : "findings";
    shown.textContent = number === all ? `${all} ${noun}` : `${number} of ${all} ${noun}`;
  }

  function remember() {
    const asked = new URLSearchParams(wanted()).toString();
    history.replaceState(null, "", asked ? `#findings?${asked}` : "#findings");
  }

  function follow() {
    const [place, asked] = location.hash.slice(1).split("?");
    if (place.startsWith("f-")) {
      const element = document.getElementById(place);
      if (!element) return;
      form.reset();
      apply();
      element.open = true;
      element.scrollIntoView();
      element.querySelector("summary").focus();
    } else if (place === "findings" && asked !== undefined) {
      const values = new URLSearchParams(asked);
      for (const control of controls) control.value = values.get(control.name) || "";
      apply();
      const title = document.getElementById("findings-title");
      title.scrollIntoView();
      title.focus({ preventScroll: true });
    }
  }

  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    for (const control of controls) if (control.type === "hidden") control.value = "";
    apply();
    remember();
  }));
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && event.target === form.elements.text) {
      form.reset();
    }
  });
  follow();
})();
