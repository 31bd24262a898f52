import type { Caller } from '../../../identity/authorizer.ts'
import type { Encryption } from './encryption.ts'
import { DEFAULT_KEY } from './encryption.ts'
import { checkName } from './names.ts'
import type { FoundParameter, NewParameter, ParameterVersion } from './parameter.ts'
import type { ParametersState } from './state.ts'
import { checkValue } from './value.ts'

/** The parameters with their values in plain text: SecureStrings are encrypted on the way in, decrypted on the way out. */
export class SecureParameters {
  readonly state: ParametersState
  readonly #encryption: Encryption

  constructor(state: ParametersState, encryption: Encryption) {
    this.state = state
    this.#encryption = encryption
  }

  /** @param parameter  its value in plain text @throws as `ParametersState.put`, `checkName`, `checkValue`, `Encryption` */
  async put(parameter: NewParameter, caller?: Caller): Promise<ParameterVersion> {
    const { name, value } = parameter
    checkName(name)
    this.state.check(parameter)
    const newest = this.state.find(name)?.versions[0]
    const type = parameter.type ?? newest?.type
    const keyId = type === 'SecureString' ? (parameter.keyId ?? newest?.keyId ?? DEFAULT_KEY) : undefined
    checkValue(value, {
      type,
      tier: parameter.tier ?? newest?.tier ?? 'Standard',
      dataType: parameter.dataType ?? newest?.dataType ?? 'text',
      allowedPattern: parameter.allowedPattern ?? newest?.allowedPattern,
    })
    if (keyId === undefined) return this.state.put(parameter)
    const request = { bytes: Buffer.from(value), arn: this.state.arnOf(name), caller }
    const sealed = await this.#encryption.encrypt(keyId, request)
    return this.state.put({ ...parameter, keyId, value: sealed.toString('base64') }, value)
  }

  /** The parameter with its value in plain text. @param caller  absent: the cloud itself @throws as `Encryption.decrypt` */
  async open<P extends ParameterVersion & { readonly arn: string }>(parameter: P, caller?: Caller): Promise<P> {
    if (parameter.type !== 'SecureString') return parameter
    const { value, arn } = parameter
    const bytes = await this.#encryption.decrypt({ bytes: Buffer.from(value, 'base64'), arn, caller })
    return { ...parameter, value: bytes.toString('utf8') }
  }

  /** @throws ParameterNotFound, ParameterVersionNotFound */
  async get(reference: string, caller?: Caller): Promise<FoundParameter> {
    return await this.open(this.state.get(reference), caller)
  }
}
