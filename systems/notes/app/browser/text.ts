/** What the script says, besides what the pages and the rules say. */
export const words = {
  away: 'The notes can’t be reached at the moment.',
  notSaved: 'Nothing is saved yet. What you typed is kept on this device; please try again.',
  undone: (title: string) => `“${title}” removed`,
  undo: 'Undo',
  notDone: (title: string) => `“${title}” could not be changed; it is as it was.`,
  notRemoved: (title: string) => `“${title}” could not be removed; it is still here.`,
  notRestored: 'The note could not be brought back; please try again.',
  tryAgain: 'Try again',
  draft: 'This is what you typed last time and did not save.',
  discard: 'Discard it',
} as const
