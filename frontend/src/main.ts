// Every page: the styles, clocks, keys, copy buttons. All of it adds to pages that work without it.
import "./css/main.css";
import { startClocks } from "./clock";
import { startCopying } from "./copying";
import { startKeys } from "./keys";
import { guardForms } from "./forms";
import { typesetMath } from "./typesetting";

startClocks();
startCopying(document);
startKeys();
guardForms();
void typesetMath(document);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element) {
    startCopying(event.target.parentElement ?? document);
    void typesetMath(event.target);
  }
});
