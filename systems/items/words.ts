import type { Lookup } from './options.ts'

/** Looks up what `-c name=value`, `--context name=value` or `--context=name=value` gave among the words of a command. */
export function contextIn(words: readonly string[]): Lookup {
  const given = words.flatMap((word, index) => {
    if (word.startsWith('--context=')) return [word.slice('--context='.length)]
    return word === '-c' || word === '--context' ? (words[index + 1] ?? []) : []
  })
  const pairs = given.map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const)
  return name => pairs.findLast(([key]) => key === name)?.[1]
}
