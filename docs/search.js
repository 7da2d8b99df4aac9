// How the search weighs what it finds, and that it finds sections and Korean words. Sphinx loads this with its own search.

const ANSWERS = { decisions: 20, first_weights: 10, loss_nan: 10, about: 10, instructors: 12 };
const ANOTHER_LANGUAGE = -40; // after what is found in the reader's own

const HANGUL = /\p{Script=Hangul}/u;
const asked = new URLSearchParams(location.search);
const KOREAN = asked.get("lang") === "ko" || HANGUL.test(asked.get("q") ?? "");

var Scorer = {
  // Pages that answer questions come before others that match as well; the numbers below are Sphinx's own.
  score: ([page, , , , score]) =>
    score + (ANSWERS[page] ?? 0) + (page.startsWith("ko/") === KOREAN ? 0 : ANOTHER_LANGUAGE),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
const EACH_WORD_IN_A_HEADING = 3; // of a page; Sphinx counts the first alone
const AS_TYPED = 10; // a heading has the words themselves, not others of their stems: "seconds", not "second look"
const TAUGHT_HERE = 25; // a heading of a lesson begins with them, as "3. Adam: …": before all answers

// Stems of words with which a question begins, and which no section has to hold: "which optimizer should I use".
const ASKED = new Set("am can do doe find how i me my same should use what when which why you your".split(" "));

const telling = (words) => {
  const found = [...words].filter((word) => !ASKED.has(word));
  return found.length ? new Set(found) : words;
};

// A Korean noun is written together with its particle, as the object 학습률을: what was typed loses it here, and is then
// looked for in all words that have it. Each particle stands behind a consonant, a vowel or either.
const PARTICLES = [
  ["으로", "이나", "이란", "은", "이", "을", "과"],
  ["로", "나", "란", "는", "가", "를", "와"],
  ["에서", "에는", "에게", "부터", "까지", "보다", "처럼", "마다", "에", "의"],
];
const endsInConsonant = (word) => (word.charCodeAt(word.length - 1) - 0xac00) % 28 > 0;
const endsInL = (word) => (word.charCodeAt(word.length - 1) - 0xac00) % 28 === 8;
const stands = (particle, kind, noun) => kind === 2 || (kind === 0) === endsInConsonant(noun) || (particle === "로" && endsInL(noun));

const noun = (word) => {
  for (const [kind, particles] of PARTICLES.entries())
    for (const particle of particles) {
      const rest = word.slice(0, -particle.length);
      if (rest.length > 1 && word.endsWith(particle) && stands(particle, kind, rest)) return rest;
    }
  return word;
};
const nouns = (query) => query.replace(/\p{Script=Hangul}{3,}/gu, noun);

// Have the index list, under a Korean word, what has it in a longer one; 층 is looked for at the beginning alone.
const gather = (word, terms) => {
  const has = (term) => (word.length > 1 ? term.includes(word) : term.startsWith(word));
  const places = Object.keys(terms).filter((term) => HANGUL.test(term) && has(term)).flatMap((term) => terms[term]);
  if (places.length) terms[word] = [...new Set(places)];
};

const typed = [...telling(new Set(splitQuery((asked.get("q") ?? "").toLowerCase())))];

// Whether a heading begins, after its number, with what was typed.
const begins = (title) => {
  const there = splitQuery(title.toLowerCase());
  const start = /^\d+$/.test(there[0]) ? 1 : 0;
  return typed.length > 0 && typed.every((word, at) => there[start + at] === word);
};

// What a heading of a page is worth that has what was typed, word for word.
const wordForWord = (title, page) => {
  const there = splitQuery(title.toLowerCase());
  if (!typed.length || !typed.every((word) => there.includes(word))) return 0;
  return AS_TYPED + (page.includes("lessons/") && begins(title) ? TAUGHT_HERE : 0);
};

// How many of the words a text has. They are stems of what was typed, which may be part of a word, as "init".
const counter = () => {
  const stemmer = new Stemmer();
  const known = new Map();
  const stem = (word) => known.get(word) ?? known.set(word, stemmer.stemWord(word)).get(word);
  return (text, words) => {
    const there = [...new Set(splitQuery(text.toLowerCase()))].map(stem);
    const has = (word) => there.some((one) => (HANGUL.test(word) ? one.includes(word) : one.startsWith(word)));
    return [...words].filter(has).length;
  };
};

// A page's score grows with the words that stand in its headings.
const weighed = (words, page) => {
  const { titleterms, docnames } = Search._index;
  const place = docnames.indexOf(page[0]);
  const heads = [...words].filter((word) => Object.hasOwn(titleterms, word) && [titleterms[word]].flat().includes(place));
  page[4] += EACH_WORD_IN_A_HEADING * heads.length;
  return page;
};

// The sections whose headings have most of the words; headings that say little else come first.
const sectionsByHeading = (words) => {
  const { alltitles, docnames, filenames, titles } = Search._index;
  const count = counter();
  return Object.entries(alltitles).flatMap(([title, places]) => {
    const found = count(title, words);
    if (found <= words.size / 2) return [];
    const score = (Scorer.title * found) / words.size + EACH_WORD_IN_A_HEADING * found + found / splitQuery(title).length;
    return places.flatMap(([page, id]) => {
      const worth = wordForWord(title, docnames[page]);
      if (id === null && worth <= AS_TYPED) return [];
      const [name, hash] = id === null ? [title, ""] : [`${titles[page]} > ${title}`, `#${id}`];
      return [[docnames[page], name, hash, null, score + worth, filenames[page], "title"]];
    });
  });
};

// The innermost section of a page that has all the words, the first of them; none if only the whole page has, or is
// called by them.
const sectionByText = (html, words) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const link of page.querySelectorAll(".headerlink")) link.remove();
  if (begins(page.querySelector("h1")?.textContent ?? "")) return undefined;
  const count = counter();
  const hasAll = (one) => count(one.textContent, words) === words.size;
  return [...page.querySelectorAll("[role=main] section section[id]")].find(
    (one) => hasAll(one) && ![...one.querySelectorAll("section")].some(hasAll),
  );
};

const lead = (result, section) => {
  const link = result.querySelector("a");
  link.hash = section.id;
  link.textContent += ` > ${section.querySelector("h2, h3, h4").textContent}`;
};

const dropRepeated = (results) => {
  const seen = new Set();
  for (const result of [...results.children]) {
    const { href } = result.querySelector("a");
    if (seen.has(href)) result.remove();
    seen.add(href);
  }
};

const findKorean = () => {
  const parsed = Search._parseQuery;
  Search._parseQuery = (query) => parsed(nouns(query));

  const pagesByText = Search.performTermsSearch;
  Search.performTermsSearch = (words, excluded) => {
    const { terms, titleterms, docnames } = Search._index;
    const korean = [...words].filter((word) => HANGUL.test(word));
    for (const word of korean) gather(word, terms), gather(word, titleterms);
    const hasAll = ([page]) =>
      korean.every((word) => [terms[word], titleterms[word]].flat().includes(docnames.indexOf(page)));
    return pagesByText(words, excluded).filter(hasAll);
  };
};

const findSections = () => {
  const pagesByText = Search.performTermsSearch;
  Search.performTermsSearch = (asked, excluded) => {
    const words = telling(asked);
    return [...pagesByText(words, excluded).map((page) => weighed(words, page)), ...sectionsByHeading(words)];
  };

  // What a page says is read for the summary; its link then leads to the section that says it.
  const summaryOf = Search.makeSearchSummary;
  Search.makeSearchSummary = (html, words, anchor) => {
    const section = anchor ? null : sectionByText(html, telling(words));
    const id = section ? section.id : anchor?.slice(1);
    const summary = summaryOf(html, words, id && `[id="${id}"]`);
    queueMicrotask(() => {
      const result = summary?.closest("li"); // by now it has its place
      if (result && section) lead(result, section);
      if (result) dropRepeated(result.parentElement);
    });
    return summary;
  };
};

// In the capturing phase, and so before Sphinx's own listener, which begins to search.
addEventListener("DOMContentLoaded", findKorean, { capture: true });
addEventListener("DOMContentLoaded", findSections, { capture: true });
