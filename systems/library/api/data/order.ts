/** `-title` is `['title', 'desc']`. */
export function direction<Column extends string>(sort: Column | `-${Column}`): readonly [Column, 'asc' | 'desc'] {
  return sort.startsWith('-') ? [sort.slice(1) as Column, 'desc'] : [sort as Column, 'asc']
}
