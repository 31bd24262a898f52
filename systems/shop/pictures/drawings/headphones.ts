const BAND = 'M196 470 C176 270 270 142 400 142 C530 142 624 270 604 470'

/** One ear cup, drawn for the left ear. */
const cup = `
    <ellipse cx="226" cy="500" rx="40" ry="112" fill="#1f232c" />
    <ellipse cx="232" cy="500" rx="36" ry="104" fill="url(#cushion)" />
    <path d="M176 404 C138 418 120 456 120 502 C120 548 138 588 176 602 C200 606 212 596 214 580 V426 C212 410 200 400 176 404 Z" fill="url(#shell)" />
    <path d="M170 424 C146 438 136 468 136 502 C136 536 146 566 170 582" fill="none" stroke="#d9a24a" stroke-width="5" />
    <path d="M158 432 C142 450 134 478 136 510" fill="none" stroke="#fff" stroke-width="10" stroke-linecap="round" opacity="0.4" filter="url(#soft)" />`

/** Headphones of graphite with ochre seams. */
export const headphones = `
  <defs>
    <linearGradient id="band" x1="0" y1="0" x2="1" y2="0.4">
      <stop offset="0" stop-color="#5c6472" />
      <stop offset="0.4" stop-color="#3d4450" />
      <stop offset="1" stop-color="#252a33" />
    </linearGradient>
    <linearGradient id="shell" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#6a7382" />
      <stop offset="0.5" stop-color="#434a57" />
      <stop offset="1" stop-color="#272c35" />
    </linearGradient>
    <linearGradient id="cushion" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#2b303a" />
      <stop offset="0.6" stop-color="#4d5563" />
      <stop offset="1" stop-color="#2b303a" />
    </linearGradient>
  </defs>
  <ellipse cx="452" cy="640" rx="290" ry="36" fill="#6b4a33" opacity="0.34" filter="url(#far)" />
  <ellipse cx="200" cy="618" rx="86" ry="15" fill="#3b2416" opacity="0.5" filter="url(#near)" />
  <ellipse cx="600" cy="618" rx="86" ry="15" fill="#3b2416" opacity="0.5" filter="url(#near)" />
  <path d="${BAND}" fill="none" stroke="#1d2129" stroke-width="42" stroke-linecap="round" />
  <path d="${BAND}" fill="none" stroke="url(#band)" stroke-width="36" stroke-linecap="round" />
  <path d="M236 330 C262 222 326 172 400 172 C474 172 538 222 564 330" fill="none" stroke="#1b1f26" stroke-width="20"
    stroke-linecap="round" opacity="0.9" />
  <path d="M238 326 C264 222 328 174 400 174 C472 174 536 222 562 326" fill="none" stroke="#4d5563" stroke-width="12"
    stroke-linecap="round" />
  <path d="M206 330 C226 220 290 150 376 140" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round"
    opacity="0.5" filter="url(#soft)" />
  <path d="M246 250 C284 182 338 156 400 156 C462 156 516 182 554 250" fill="none" stroke="#d9a24a" stroke-width="2.5"
    stroke-dasharray="9 6" opacity="0.85" />
  <g fill="#b9bec7">
    <rect x="184" y="386" width="22" height="60" rx="6" />
    <rect x="594" y="386" width="22" height="60" rx="6" />
  </g>
  <g fill="#fff" opacity="0.55">
    <rect x="188" y="390" width="5" height="52" rx="2" />
    <rect x="598" y="390" width="5" height="52" rx="2" />
  </g>
  <g>${cup}</g>
  <g transform="matrix(-1 0 0 1 800 0)">${cup}</g>
`
