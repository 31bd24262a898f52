import type { ImageCopy } from './compute.ts'

/**
 * The paths on this machine that may stand for a path of an image, the best first: the first that exists does. A path
 * that is only copied *into* has its place there, too, when what is copied keeps its names.
 *
 * @param path  absolute, in the image
 */
export function pathsBehind(copies: readonly ImageCopy[], path: string): readonly string[] {
  const wanted = withoutSlash(path)
  const over = copies.flatMap(({ source, target }) => {
    const rest = restBelow(target, wanted)
    return rest === undefined ? [] : [`${source}${rest}`]
  })
  const into = copies.flatMap(({ source, target }) => {
    const rest = restBelow(wanted, target)
    return rest && source.endsWith(rest) ? [source.slice(0, -rest.length)] : []
  })
  return [...new Set([...over.reverse(), ...into.reverse()])]
}

/** What is left of a path below a directory, with its slash; empty when it is the directory itself. */
function restBelow(directory: string, path: string): string | undefined {
  const start = directory === '/' ? '' : withoutSlash(directory)
  const left = withoutSlash(path)
  if (left === start) return ''
  return left.startsWith(`${start}/`) ? left.slice(start.length) : undefined
}

const withoutSlash = (path: string) => (path === '/' ? path : path.replace(/\/+$/, ''))
