// How the search weighs what it finds, and that it finds sections. Sphinx puts this before its own search.

const ANSWERS = { decisions: 20, first_weights: 10, loss_nan: 10 };

var Scorer = {
  // Pages that answer questions come before others that match as well; the numbers below are Sphinx's own.
  score: ([page, , , , score]) => score + (ANSWERS[page] ?? 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// The sections whose headings have most of the words; one may be typed in part, as "init".
const sectionsByHeading = (words) => {
  const { alltitles, docnames, filenames, titles } = Search._index;
  const stemmer = new Stemmer();
  return Object.entries(alltitles).flatMap(([title, places]) => {
    const stems = splitQuery(title.toLowerCase()).map((word) => stemmer.stemWord(word));
    const found = [...words].filter((word) => stems.some((stem) => stem.startsWith(word)));
    if (found.length <= words.size / 2) return [];
    const score = Math.round((Scorer.title * found.length) / words.size);
    return places
      .filter(([, id]) => id !== null)
      .map(([page, id]) => [docnames[page], `${titles[page]} > ${title}`, `#${id}`, null, score, filenames[page], "title"]);
  });
};

// The innermost section of a page that has all the words, the first of them; none if only the whole page has.
const sectionByText = (html, words) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const hasAll = (one) => [...words].every((word) => one.textContent.toLowerCase().includes(word));
  return [...page.querySelectorAll("[role=main] section section[id]")].find(
    (one) => hasAll(one) && ![...one.querySelectorAll("section")].some(hasAll),
  );
};

// Before Sphinx's own listener, which begins to search.
document.addEventListener("DOMContentLoaded", () => {
  const pagesByText = Search.performTermsSearch;
  Search.performTermsSearch = (words, excluded) => [...pagesByText(words, excluded), ...sectionsByHeading(words)];

  // What a page says is read for the summary: the link then leads to the section that says it.
  const summaryOf = Search.makeSearchSummary;
  Search.makeSearchSummary = (html, words, anchor) => {
    const section = anchor ? null : sectionByText(html, words);
    const id = section ? section.id : anchor?.slice(1);
    const summary = summaryOf(html, words, id && `[id="${id}"]`);
    if (section && summary)
      queueMicrotask(() => {
        const link = summary.closest("li").querySelector("a");
        link.hash = id;
        link.textContent += ` > ${section.querySelector("h2, h3, h4").firstChild.textContent}`;
      });
    return summary;
  };
});
