/** Joins the class names that apply; what is false or missing falls away. */
export const classNames = (...names: readonly (string | false | null | undefined)[]): string =>
  names.filter(name => typeof name === 'string' && name !== '').join(' ')
