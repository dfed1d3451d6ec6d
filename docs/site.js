// What the theme's script makes: the places of copy buttons are no landmarks; what scrolls can be scrolled by keyboard.
const mend = () => {
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.role = "none";
  for (const one of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])"))
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
};
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
