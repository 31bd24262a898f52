type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }

/** The object without its undefined fields, so that optional fields of the model are absent rather than undefined. */
export function defined<T extends object>(fields: T): Required<T> & Optional<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Required<T> &
    Optional<T>
}
