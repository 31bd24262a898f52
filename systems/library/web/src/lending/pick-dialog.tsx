import { keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query'
import { Button, type Choice, ComboBox, Dialog, DialogActions, Form, idempotencyKeys, useSettled } from '@terrace/ui'
import { useRef, useState } from 'react'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { fold, stillMatching } from './still-matching.ts'

/** Typing pauses this long before it is searched for, milliseconds. */
const TYPING_MS = 150

export interface PickDialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly label: string
  readonly hint: string
  readonly emptyText: string
  /** Said when nothing is chosen. */
  readonly missing: string
  readonly submitLabel: string
  /** Names the search; with the text it is what results are remembered under. */
  readonly searchKey: QueryKey
  readonly search: (q: string, signal: AbortSignal) => Promise<readonly Choice[]>
  /** Does it; what it throws is said in the dialog and the choice stays. */
  readonly onPick: (choice: Choice, idempotencyKey: string) => Promise<unknown>
}

/** Picks one of many by searching, and does something with it. */
export function PickDialog(props: PickDialogProps) {
  const { title, onClose, search, searchKey, onPick } = props
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<Choice>()
  const [message, setMessage] = useState<string>()
  const [failure, setFailure] = useState<unknown>()
  const [isPending, setIsPending] = useState(false)
  const keys = useRef(idempotencyKeys())
  // With something chosen the field shows its name; searching for that would leave a list of one.
  const q = useSettled(chosen ? '' : typed.trim(), TYPING_MS)
  const found = useQuery({
    queryKey: [...searchKey, q],
    queryFn: ({ signal }) => search(q, signal),
    placeholderData: keepPreviousData,
  })
  const isAnswered = !found.isPlaceholderData && (chosen !== undefined || q === typed.trim())
  const choices = isAnswered ? (found.data ?? []) : stillMatching(found.data ?? [], chosen ? '' : typed)

  const submit = async () => {
    if (isPending) return
    const choice = chosen ?? onlyMatch(choices, typed)
    if (!choice) return setMessage(props.missing)
    setFailure(undefined)
    setIsPending(true)
    try {
      await onPick(choice, keys.current.keyFor(choice.id))
      keys.current.settled()
      onClose()
    } catch (error) {
      keys.current.settled(error)
      setFailure(error)
    } finally {
      setIsPending(false)
    }
  }

  const problem = failure ?? (found.data ? undefined : found.error)
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <Form
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
        failure={problem == null ? undefined : explain(problem)}
        actions={
          <DialogActions>
            <Button type="submit" look="primary" isPending={isPending}>
              {props.submitLabel}
            </Button>
            <Button look="quiet" onPress={onClose}>
              {text.cancel}
            </Button>
          </DialogActions>
        }
      >
        <ComboBox
          label={props.label}
          name="choice"
          hint={props.hint}
          emptyText={props.emptyText}
          autoFocus
          choices={choices}
          isSearching={!isAnswered || found.isFetching}
          text={typed}
          onTextChange={setTyped}
          chosen={chosen}
          onChoose={choice => {
            setChosen(choice)
            setMessage(undefined)
            setFailure(undefined)
          }}
          error={message}
        />
      </Form>
    </Dialog>
  )
}

/** What was meant when the whole name was typed and nothing chosen. */
function onlyMatch(choices: readonly Choice[], typed: string): Choice | undefined {
  const matches = choices.filter(({ name }) => fold(name) === fold(typed))
  return matches.length === 1 ? matches[0] : undefined
}
