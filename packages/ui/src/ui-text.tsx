import { createContext, type ReactNode, use } from 'react'

/** The few words that components say by themselves. An application in another language gives its own. */
export interface UiText {
  readonly close: string
  readonly undo: string
  readonly tryAgain: string
  readonly loading: string
  readonly clearSearch: string
  readonly skipToContent: string
  readonly theme: string
  readonly themeSystem: string
  readonly themeLight: string
  readonly themeDark: string
  readonly sortBy: string
  readonly ascending: string
  readonly descending: string
  readonly pages: string
  readonly previousPage: string
  readonly nextPage: string
  readonly pageOf: (page: string, pages: string) => string
  readonly rangeOf: (first: string, last: string, total: string) => string
  readonly inAll: (total: string) => string
  readonly notifications: string
  readonly searching: string
  readonly notRefreshed: string
  readonly copied: string
  readonly selected: string
}

/** English, the default. */
export const englishUiText: UiText = {
  close: 'Close',
  undo: 'Undo',
  tryAgain: 'Try again',
  loading: 'Loading…',
  clearSearch: 'Clear search',
  skipToContent: 'Skip to content',
  theme: 'Appearance',
  themeSystem: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  sortBy: 'Sort by',
  ascending: 'ascending',
  descending: 'descending',
  pages: 'Pages',
  previousPage: 'Previous page',
  nextPage: 'Next page',
  pageOf: (page, pages) => `Page ${page} of ${pages}`,
  rangeOf: (first, last, total) => `${first}–${last} of ${total}`,
  inAll: total => `${total} in all`,
  notifications: 'Notifications',
  searching: 'Searching…',
  notRefreshed: 'This could not be refreshed and may be out of date.',
  copied: 'Copied.',
  selected: 'Selected: press Ctrl+C or ⌘C to copy.',
}

const Context = createContext<UiText>(englishUiText)

/** Gives the components below it their words. */
export const UiTextProvider = ({ text, children }: { readonly text: UiText; readonly children: ReactNode }) => (
  <Context value={text}>{children}</Context>
)

/** The words that components say by themselves. */
export const useUiText = (): UiText => use(Context)
