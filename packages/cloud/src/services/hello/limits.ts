// Every limit with its unit and its source. These are made up, as the whole API is; a limit of AWS names the page it is from.

/** Characters of a name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]+$/

/** Longest name, characters. */
export const LONGEST_NAME = 64

/** Longest message, characters. */
export const LONGEST_MESSAGE = 1024

/** Most greetings of an account. */
export const MOST_GREETINGS = 100

/** Most greetings on a page, and how many there are when the caller doesn't say. */
export const LARGEST_PAGE = 20
