/** Where the viewer's choice of theme is kept in `localStorage`. */
export const THEME_STORAGE_KEY = 'terrace.theme'
