import { relative } from 'node:path'
import { formatPlace } from '@terrace/kit'
import type { Gap } from '@terrace/model'

/** How many are named before the rest is only counted. */
const NAMED = 12

/** What a template says and the loader didn't understand, a line each; empty when it understood everything. */
export function describeGaps(gaps: readonly Gap[], cwd: string, named = NAMED): readonly string[] {
  if (gaps.length === 0) return []
  const lines = gaps.slice(0, named).map(({ path, message, place }) => {
    const file = relative(cwd, place.file)
    return `  ${formatPlace({ ...place, file: file.startsWith('..') ? place.file : file })}  ${path}: ${message}`
  })
  const more = gaps.length - lines.length
  return [
    `not understood in the template, and therefore not emulated (${gaps.length}):`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more: terrace model lists them all`] : []),
  ]
}

/** What is understood and all the same does not run here, a line each; empty when everything runs. */
export function describeNotEmulated(remarks: readonly string[], named = NAMED): readonly string[] {
  if (remarks.length === 0) return []
  const more = remarks.length - named
  return [
    `understood, but not emulated (${remarks.length}):`,
    ...remarks.slice(0, named).map(remark => `  ${remark}`),
    ...(more > 0 ? [`  … and ${more} more: terrace status lists them all`] : []),
  ]
}
