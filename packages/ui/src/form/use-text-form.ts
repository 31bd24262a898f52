import { type FormEvent, useMemo, useRef, useState } from 'react'
import { useDraft } from '../hooks/use-draft.ts'
import { type IdempotencyKeys, idempotencyKeys } from '../http/idempotency.ts'
import { messagesByField } from '../http/problem.ts'
import { RequestError } from '../http/request-error.ts'
import { checkText, type TextRule } from './check-text.ts'
import { useWhenPointerIsUp } from './when-pointer-is-up.ts'

type Values<Name extends string> = Readonly<Record<Name, string>>
type Messages<Name extends string> = Partial<Record<Name, string>>

export interface TextFormOptions<Name extends string> {
  /** Names the form and what it is about; what is typed is kept under it until it is sent or discarded. */
  readonly key: string
  /** Must not change while the form is shown. */
  readonly initial: Values<Name>
  /** One rule per field, in the order of the fields. */
  readonly rules: Readonly<Record<Name, TextRule>>
  /** Sends trimmed values (secrets as they are); what it throws is shown and nothing typed is lost. */
  readonly send: (values: Values<Name>, idempotencyKey: string) => Promise<unknown>
  /** Called once it is sent. */
  readonly onDone: () => void
  /** An error in words, for the ones that no field can be blamed for. */
  readonly explain: (error: unknown) => string
  /** Makes a sentence of what the API says about a field, such as "must not be empty". */
  readonly sayField?: (name: Name, message: string) => string
}

/**
 * A form of texts: checked when a field is left and when it is sent; the first wrong field takes the focus; the API's
 * own messages appear under the fields they name; a second press while it is being sent does nothing.
 */
export function useTextForm<Name extends string>(options: TextFormOptions<Name>) {
  const { rules, send, onDone, explain, sayField = (_name, message) => message } = options
  const names = useMemo(() => namesOf(rules), [rules])
  const secrets = useMemo(() => names.filter(name => rules[name].isSecret), [names, rules])
  const [values, setValues, discard] = useDraft(options.key, options.initial, secrets)
  const [messages, setMessages] = useState<Messages<Name>>({})
  const [failure, setFailure] = useState<string>()
  const [isPending, setIsPending] = useState(false)
  const inputs = useRef<Partial<Record<Name, HTMLElement | null>>>({})
  const keys = useRef<IdempotencyKeys>(null)
  keys.current ??= idempotencyKeys()
  const whenPointerIsUp = useWhenPointerIsUp()

  const show = (found: Messages<Name>) => {
    setMessages(found)
    const first = names.find(name => found[name] !== undefined)
    if (first) inputs.current[first]?.focus()
    return first === undefined
  }

  const check = (name: Name) => checkText(values[name], rules[name])

  const submit = async () => {
    if (isPending) return
    setFailure(undefined)
    if (!show(keepWrong(names.map(name => [name, check(name)])))) return
    const trimmed = trimAll(
      values,
      names.filter(name => !rules[name].isSecret),
    )
    setIsPending(true)
    try {
      await send(trimmed, keys.current?.keyFor(trimmed) ?? '')
      keys.current?.settled()
      discard()
      onDone()
    } catch (error) {
      keys.current?.settled(error)
      const said = error instanceof RequestError && error.problem ? messagesByField(error.problem) : {}
      const atFields = keepWrong(names.map(name => [name, said[name] && sayField(name, said[name])]))
      if (show(atFields)) setFailure(explain(error))
    } finally {
      setIsPending(false)
    }
  }

  return {
    /** What to give to the field of that name. */
    field: (name: Name) => ({
      name,
      value: values[name],
      onChange: (value: string) => {
        setValues({ ...values, [name]: value })
        setMessages({ ...messages, [name]: undefined })
      },
      onBlur: () => {
        // An untouched field that one only passes through is not yet wrong.
        if (values[name] === options.initial[name]) return
        whenPointerIsUp(() => setMessages(shown => ({ ...shown, [name]: shown[name] ?? check(name) })))
      },
      error: messages[name],
      ref: (input: HTMLElement | null) => {
        inputs.current[name] = input
      },
    }),
    onSubmit: (event: FormEvent) => {
      event.preventDefault()
      void submit()
    },
    isPending,
    /** What went wrong that belongs to no field. */
    failure,
    /** Forgets what was typed, for a *cancel* button. */
    discard,
  }
}

const namesOf = <Name extends string>(rules: Readonly<Record<Name, TextRule>>): readonly Name[] => {
  const names: Name[] = []
  for (const name in rules) names.push(name)
  return names
}

const trimAll = <Name extends string>(values: Values<Name>, names: readonly Name[]): Values<Name> =>
  Object.assign({ ...values }, ...names.map(name => ({ [name]: values[name].trim() })))

const keepWrong = <Name extends string>(found: readonly (readonly [Name, string | undefined])[]): Messages<Name> => {
  const messages: Messages<Name> = {}
  for (const [name, message] of found) if (message !== undefined) messages[name] = message
  return messages
}
