/** A folder of the metadata service; a value that is undefined isn't there. */
export interface Tree {
  readonly [name: string]: Tree | string | undefined
}

/**
 * What a path of the tree answers: a value, or a folder's listing, one entry a line, folders with a slash at their end.
 * Nothing when the path leads nowhere.
 */
export function lookUp(tree: Tree, path: readonly string[]): string | undefined {
  let place: Tree | string | undefined = tree
  for (const name of path) {
    if (place === undefined || typeof place === 'string') return undefined
    place = Object.hasOwn(place, name) ? place[name] : undefined
  }
  return typeof place === 'object' ? list(place) : place
}

const list = (tree: Tree): string =>
  Object.entries(tree)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (typeof value === 'string' ? name : `${name}/`))
    .sort()
    .join('\n')
