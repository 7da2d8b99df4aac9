// What scrolls must be reached by keyboard, too; and a page opened as a file may not fetch the text of others.
