import { InvalidParameterValueException } from './errors.ts'

/** The newest code and configuration, which can be changed. */
export const LATEST = '$LATEST'

/** A function, or one version or alias of it. */
export interface FunctionName {
  readonly name: string
  readonly qualifier?: string
}

/** Where ARNs are. */
export interface Home {
  readonly region: string
  readonly account: string
}

const NAME =
  /^(?:arn:aws[\w-]*:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9-_]+)(?::(\$LATEST|[A-Za-z0-9-_]+))?$/

/**
 * Reads a name, a partial ARN or an ARN, each with or without a version or an alias behind it.
 * @see Lambda API Reference, "Invoke", `FunctionName`
 * @throws InvalidParameterValueException when the qualifier is said twice and differently
 */
export function readName(text: string, qualifier?: string): FunctionName {
  const [, , , name, behind] = NAME.exec(text) ?? []
  if (name === undefined) throw new InvalidParameterValueException(`${text} is not the name of a function.`)
  if (behind !== undefined && qualifier !== undefined && behind !== qualifier) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.'
    throw new InvalidParameterValueException(message)
  }
  const chosen = qualifier ?? behind
  return chosen === undefined ? { name } : { name, qualifier: chosen }
}

/** `arn:aws:lambda:us-east-1:123456789012:function:resize:live` */
export const arnOf = ({ region, account }: Home, { name, qualifier }: FunctionName): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`

/** `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:<uuid>` */
export const mappingArnOf = ({ region, account }: Home, uuid: string): string =>
  `arn:aws:lambda:${region}:${account}:event-source-mapping:${uuid}`

export const isVersion = (qualifier: string): boolean => /^\d+$/.test(qualifier)
