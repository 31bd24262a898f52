import { Button, Form, TextField, useTextForm } from '@terrace/ui'
import { useNavigate } from 'react-router'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'

const INITIAL = { code: '' }
const RULES = {
  code: {
    missing: text.codeMissing,
    maxCharacters: 20,
    tooLong: text.codeTooLong,
    pattern: { like: /^[\p{L}\p{N}]+$/u, unlike: text.codeUnlike },
  },
}

/** Leads to the quiz of a code. */
export function JoinForm() {
  const navigate = useNavigate()
  const form = useTextForm({
    key: 'join',
    initial: INITIAL,
    rules: RULES,
    send: async ({ code }) => navigate(`/play/${code}`),
    onDone: () => {},
    explain,
  })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <div>
          <Button type="submit" look="primary" isPending={form.isPending}>
            {text.join}
          </Button>
        </div>
      }
    >
      <TextField label={text.code} isRequired {...form.field('code')} />
    </Form>
  )
}
