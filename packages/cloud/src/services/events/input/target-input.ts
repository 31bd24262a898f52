import { messageOf } from '@terrace/kit'
import type { BusEvent } from '../event.ts'
import type { StoredTarget } from '../stored.ts'
import { readJsonPath, type TakeOut } from './json-path.ts'
import { checkJson, fill, readTemplate } from './template.ts'

/** What is known of the rule that sends. */
export interface SendingRule {
  readonly arn: string
  readonly name: string
}

/** Makes what a target gets of an event, as text. @throws Error when that is no JSON */
export type MakeInput = (event: BusEvent, rule: SendingRule) => string

/**
 * What a target gets: the event, a constant, a part of it, or a template with parts of it.
 * @throws Error for a path or a template that isn't one
 */
export function inputOf(target: Pick<StoredTarget, 'input' | 'inputPath' | 'transformer'>): MakeInput {
  const { input, inputPath, transformer } = target
  if (input !== undefined) {
    checkJson(input)
    return () => input
  }
  if (inputPath !== undefined) {
    const take = readJsonPath(inputPath)
    return ({ content }) => JSON.stringify(take(content) ?? null)
  }
  if (!transformer) return ({ text }) => text
  const paths = new Map(Object.entries(transformer.paths).map(([name, path]) => [name, named(name, path)]))
  const pieces = readTemplate(transformer.template)
  const unknown = pieces.find(
    piece => piece.kind === 'variable' && !paths.has(piece.name) && !Object.hasOwn(OF_AWS, piece.name),
  )
  if (unknown?.kind === 'variable') throw new Error(`the variable <${unknown.name}> is not in InputPathsMap`)
  return (event, rule) => {
    const filled = fill(pieces, name =>
      paths.has(name) ? paths.get(name)?.(event.content) : OF_AWS[name]?.(event, rule),
    )
    checkJson(filled)
    return filled
  }
}

function named(name: string, path: string): TakeOut {
  if (/^aws\./i.test(name)) throw new Error(`names of variables don't begin with AWS: ${name}`)
  try {
    return readJsonPath(path)
  } catch (error) {
    throw new Error(`${name}: ${messageOf(error)}`)
  }
}

/** The variables that every template has. */
const OF_AWS: Readonly<Record<string, (event: BusEvent, rule: SendingRule) => unknown>> = {
  'aws.events.event': ({ content: { detail: _, ...rest } }) => rest,
  'aws.events.event.json': ({ content }) => content,
  'aws.events.event.ingestion-time': ({ ingestedAt }) => new Date(ingestedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
  'aws.events.rule-arn': (_, { arn }) => arn,
  'aws.events.rule-name': (_, { name }) => name,
}
