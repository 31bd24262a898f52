/** What both sign their cursors with. */
export const CURSOR_KEY = 'a key for the cursors of a bench'
