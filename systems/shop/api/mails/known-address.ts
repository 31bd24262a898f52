import { escapeHtml, htmlMail, type Mail } from './mail.ts'

/**
 * Tells the owner of an account that somebody signed up with its address: the one who asked was told nothing. What they
 * typed is not in it.
 */
export function knownAddressMail(owner: { readonly email: string; readonly name: string }, publicUrl: string): Mail {
  const subject = 'You have an account already'
  const sentences = [
    'somebody, perhaps you, has just tried to sign up with your address. You have an account already, and nothing about it has changed.',
    'If it was you, log in with the password that you have. If it was not, there is nothing that you need to do.',
  ]
  const link = `${publicUrl}/log-in`
  return {
    to: owner.email,
    subject,
    headers: {},
    text: [`Hello ${owner.name},`, ...sentences, `Log in: ${link}`].join('\n\n'),
    html: htmlMail(
      subject,
      [
        `<p>Hello ${escapeHtml(owner.name)},</p>`,
        ...sentences.map(sentence => `<p>${escapeHtml(sentence)}</p>`),
        `<p><a href="${escapeHtml(link)}">Log in</a></p>`,
      ].join('\n'),
    ),
  }
}
