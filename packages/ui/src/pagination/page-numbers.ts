/** An entry of the row of pages: a page, counted from 1, or a gap between pages. */
export type PageEntry = number | 'gap'

/**
 * The pages to show: the first, the last, the current one and its neighbours; always seven entries when there are more
 * than seven pages, so that the buttons stay where they are.
 */
export function pageNumbers(page: number, pages: number): readonly PageEntry[] {
  if (pages <= 7) return Array.from({ length: pages }, (_, index) => index + 1)
  if (page <= 4) return [1, 2, 3, 4, 5, 'gap', pages]
  if (page >= pages - 3) return [1, 'gap', pages - 4, pages - 3, pages - 2, pages - 1, pages]
  return [1, 'gap', page - 1, page, page + 1, 'gap', pages]
}
