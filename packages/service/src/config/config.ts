import { TerraceError } from '@terrace/kit'
import * as z from 'zod'

/** Environment variables and what each has to look like; a schema sees the text, or undefined when it is unset. */
export type Variables = Readonly<Record<string, z.ZodType>>

/** What `readConfig` makes of them. */
export type Config<V extends Variables> = { readonly [Name in keyof V]: z.output<V[Name]> }

/** Marks a variable whose value never appears in a message. */
export const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ secret: true }) as T

/** A whole number written in digits, such as a port. */
export const wholeNumberVariable = (min: number, max: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine(text => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `expected a whole number from ${min} to ${max}`,
    })
    .transform(Number)

/**
 * Reads the environment once, at start.
 *
 * @param environment  unset and empty variables are the same
 * @throws TerraceError `SERVICE_BAD_CONFIG`, naming every variable that is wrong, with its value unless it is secret
 */
export function readConfig<V extends Variables>(
  variables: V,
  environment: Readonly<Record<string, string | undefined>>,
): Config<V> {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, schema] of Object.entries(variables)) {
    const text = environment[name] || undefined
    const result = schema.safeParse(text)
    if (result.success) values[name] = result.data
    else problems.push(`${name}: ${reasons(result.error)}${received(schema, text)}`)
  }
  if (problems.length > 0) throw badConfig(problems)
  return values as Config<V>
}

/** The error for an environment that can't be used, whoever finds the problems. */
export const badConfig = (problems: readonly string[]): TerraceError =>
  new TerraceError('SERVICE_BAD_CONFIG', `the environment is not usable:\n  ${problems.join('\n  ')}`, {
    hint: 'Set these environment variables and start again',
  })

const reasons = (error: z.ZodError): string => error.issues.map(issue => issue.message).join('; ')

function received(schema: z.ZodType, text: string | undefined): string {
  if (text === undefined) return ', but it is not set'
  return schema.meta()?.secret === true ? ' (its value is not shown)' : `, got ${JSON.stringify(text)}`
}
