/** Variables by name, as `ARG` and `ENV` set them. */
export type Variables = Readonly<Record<string, string>>

const REFERENCE = /(?<!\\)\$(?:\{(\w+)(?:(:?[-+])([^}]*))?\}|(\w+))/g

/**
 * The text with `$NAME`, `${NAME}`, `${NAME:-otherwise}` and `${NAME:+instead}` filled in; an unknown name is empty.
 *
 * @see "Environment replacement" in the Dockerfile reference
 */
export function filled(text: string, variables: Variables): string {
  return text.replace(REFERENCE, (_, braced?: string, operator?: string, word?: string, plain?: string) => {
    const name = braced ?? plain ?? ''
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    const isSet = value !== undefined && (value !== '' || !operator?.startsWith(':'))
    if (operator?.endsWith('-')) return isSet ? (value ?? '') : (word ?? '')
    if (operator?.endsWith('+')) return isSet ? (word ?? '') : ''
    return value ?? ''
  })
}

/** A value as `ARG` and `ENV` take it, without the quotes around it. */
export const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/s, '$2')
