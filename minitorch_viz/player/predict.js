// @ts-check
/** The card that asks what will happen, keeps what was said, and tells when it has happened. */

import { make, retext, tallest, written } from "./elements.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./model.js").Segments} Segments
 */

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function predict({ payload, act, signal, fits }) {
  const card = make("div", "mtv-card"), asked = payload.question;
  if (!asked) {
    card.hidden = true;
    return [card, () => {}];
  }
  const title = make("h3", "", "Predict"), options = make("div", "mtv-opts"), verdict = make("span"), because = make("span"), told = make("p", "", verdict, because);
  // The reason is the sentence above, which is read out already.
  verdict.setAttribute("aria-live", "polite");
  options.classList.toggle("mtv-wide", asked.choices.some((choice) => choice.length > 13));
  const choices = asked.choices.map((choice) => {
    const node = options.appendChild(make("button", "", choice));
    node.type = "button";
    node.dataset.say = choice;
    node.addEventListener("click", () => { if (!card.classList.contains("mtv-told")) act.say(choice); }, { signal });
    return { choice, node };
  });
  const sayings = [null, ...asked.choices].flatMap((said) => [waiting(said), outcome(asked, said).flat()]);
  fits.push(() => (told.style.minHeight = `${tallest(told, sayings.map(written))}px`));
  let spoken = "";
  card.append(title, make("div", "mtv-ask", ...written(asked.ask)), options, told);
  return [card, ({ shown, said }) => {
    const over = shown >= asked.tell;
    card.classList.toggle("mtv-early", shown < asked.from);
    card.classList.toggle("mtv-told", over);
    retext(title, over ? "What happened" : "Predict");
    for (const { choice, node } of choices) {
      node.setAttribute("aria-pressed", String(choice === said));
      node.setAttribute("aria-disabled", String(over));
      node.classList.toggle("mtv-right", over && choice === asked.answer);
      node.classList.toggle("mtv-wrong", over && choice === said && choice !== asked.answer);
    }
    const [words, why] = over ? outcome(asked, said) : [waiting(said), []], text = JSON.stringify(words);
    // Written again, it would be read out again.
    if (text !== spoken) verdict.replaceChildren(...written(words));
    because.replaceChildren(...written(why));
    spoken = text;
  }];
}

/** @param {string | null} said @returns {Segments} */
const waiting = (said) => (said === null ? [["text", "Choose, then step on to find out."]] : [["text", "You said "], ["b", said], ["text", ", kept here until you see."]]);

/** What happened beside what was said, and why; a value such as `2.` ends a sentence by itself.
 * @param {import("./model.js").Question} asked @param {string | null} said @returns {[Segments, Segments]} */
export function outcome({ answer, why }, said) {
  const because = why.filter(([kind]) => kind !== "error"), end = answer.endsWith(".") ? " " : ". ";
  if (said === null) return [[["b", answer], ["text", end]], because];
  if (said === answer) return [[["text", "You said "], ["b", said], ["text", ", and so it is. "]], because];
  return [[["text", "You said "], ["b", said], ["text", "; what happens: "], ["b", answer], ["text", end]], because];
}
