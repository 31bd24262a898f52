import { EntranceForms, type Way } from '@terrace/ui/account'
import { text } from '../text.ts'
import { LogInForm } from './log-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

const FORMS = { logIn: LogInForm, signUp: SignUpForm }

/** The ways in, wherever one is. */
export const Entrance = ({ way }: { readonly way: Way }) => <EntranceForms way={way} forms={FORMS} text={text} />
