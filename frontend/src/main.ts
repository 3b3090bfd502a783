// Every page: the styles, clocks, keys, copy buttons. All of it adds to pages that work without it.
import "./css/main.css";
import { startClocks } from "./clock";
import { startCopying } from "./copying";
import { keepTokensFresh } from "./csrf";
import { startKeys } from "./keys";
import { guardForms } from "./forms";
import { keepForms } from "./keeping";
import { typesetMath } from "./typesetting";

startClocks();
startCopying(document);
startKeys();
keepTokensFresh();
guardForms();
keepForms();
void typesetMath(document);

document.addEventListener("htmx:afterSwap", () => {
  startCopying(document);
  void typesetMath(document);
});
