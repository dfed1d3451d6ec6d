// Marks in a report's contents what one reads; on a narrow screen they fold and stay at the top.
(() => {
  const contents = document.querySelector(".reading > .contents");
  if (!contents) return;
  const fold = contents.querySelector("details");
  const here = contents.querySelector(".here");
  const narrow = matchMedia("(max-width: 60rem)");
  const links = new Map();
  let marked = null;

  function mark(link) {
    if (marked) marked.removeAttribute("aria-current");
    marked = link;
    link.setAttribute("aria-current", "location");
    here.textContent = `: ${link.textContent.trim()}`;
    if (!narrow.matches) contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
  }

  const seen = new IntersectionObserver(
    (entries) => entries.filter((one) => one.isIntersecting).forEach((one) => mark(links.get(one.target))),
    { rootMargin: "-10% 0px -85% 0px" },
  );
  for (const link of contents.querySelectorAll("a")) {
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!place) continue;
    const section = place.closest("section");
    const whole = place.matches("h2") && !section.querySelector(".card") ? section : place;
    links.set(whole, link);
    seen.observe(whole);
  }
  const fit = () => { fold.open = !narrow.matches; };
  contents.classList.add("live");
  contents.addEventListener("click", (event) => { if (narrow.matches && event.target.closest("a")) fold.open = false; });
  narrow.addEventListener("change", fit);
  fit();
})();
