import { Button, Form, TextField, useTextForm } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import type { Started } from '../api/types.ts'
import { explain } from '../explain.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'

const INITIAL = { nickname: '' }
const RULES = {
  nickname: { missing: playText.nicknameMissing, maxCharacters: 40, tooLong: playText.nicknameTooLong },
}

/** Starts the quiz under a nickname. */
export function StartForm({ code, onBegun }: { readonly code: string; readonly onBegun: (started: Started) => void }) {
  const { play } = useServices()
  const form = useTextForm({
    key: `start-${code}`,
    initial: INITIAL,
    rules: RULES,
    send: async ({ nickname }, key) => onBegun(await play.start(code, nickname, key)),
    onDone: () => {},
    explain,
    sayField: (_name, message) => text.fieldSays(playText.nickname, message),
  })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <div>
          <Button type="submit" look="primary" isPending={form.isPending}>
            {playText.startQuiz}
          </Button>
        </div>
      }
    >
      <TextField
        label={playText.nickname}
        hint={playText.nicknameHint}
        autoComplete="nickname"
        isRequired
        {...form.field('nickname')}
      />
    </Form>
  )
}
