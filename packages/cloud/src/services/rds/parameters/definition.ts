/** One parameter of an engine: what AWS says about it, and what becomes of it here. */
export interface ParameterDefinition {
  readonly name: string
  /** Static ones come into force at a reboot. */
  readonly apply: 'static' | 'dynamic'
  readonly type: 'integer' | 'float' | 'boolean' | 'string' | 'list'
  /** As AWS writes it: `1-100000`, `0,1`, `ON,OFF`; absent: any text. */
  readonly allowed?: string
  /** The default of RDS, maybe a formula; absent: the engine's own. */
  readonly value?: string
  readonly description: string
  readonly here: Treatment
}

/** What becomes of a parameter on this machine. */
export type Treatment =
  /** The server gets it, under this name and with this value where they are others than on AWS. */
  | { readonly does: 'setting'; readonly name?: string; readonly convert?: (value: string) => string }
  /** It is kept and told, and makes no difference that an application could see. */
  | { readonly does: 'nothing'; readonly because: string }
  /** No other value than the default: what it asks for can't be done here. */
  | { readonly does: 'refuse'; readonly because: string }

/** A parameter that the server follows. */
export const follows: Treatment = { does: 'setting' }
export const withoutEffect = (because: string): Treatment => ({ does: 'nothing', because })
export const refused = (because: string): Treatment => ({ does: 'refuse', because })

/** Writes one row of a table. */
export const parameter = (
  name: string,
  apply: ParameterDefinition['apply'],
  type: ParameterDefinition['type'],
  description: string,
  rest: { readonly allowed?: string; readonly value?: string; readonly here?: Treatment } = {},
): ParameterDefinition => ({ name, apply, type, description, here: follows, ...rest })
