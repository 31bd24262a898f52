const BODY =
  'M222 356 C222 222 296 158 400 158 C504 158 578 222 578 356 L590 566 C594 616 566 640 520 640 L280 640 ' +
  'C234 640 206 616 210 566 Z'
const POCKET =
  'M262 446 C262 430 272 422 288 422 L512 422 C528 422 538 430 538 446 L544 566 C546 592 532 604 508 604 L292 604 C268 604 254 592 256 566 Z'

/** A backpack of ink-blue canvas with straps of leather. */
export const backpack = `
  <defs>
    <linearGradient id="canvas" x1="0.05" y1="0" x2="0.95" y2="1">
      <stop offset="0" stop-color="#61779a" />
      <stop offset="0.45" stop-color="#445a7c" />
      <stop offset="1" stop-color="#2a3b57" />
    </linearGradient>
    <linearGradient id="pocket" x1="0" y1="0" x2="0.9" y2="1">
      <stop offset="0" stop-color="#6b82a6" />
      <stop offset="1" stop-color="#33476a" />
    </linearGradient>
    <linearGradient id="leather" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#8a5a31" />
      <stop offset="0.4" stop-color="#c08a55" />
      <stop offset="1" stop-color="#7a4c27" />
    </linearGradient>
    <clipPath id="pack"><path d="${BODY}" /></clipPath>
    <filter id="weave" x="0" y="0" width="100%" height="100%">
      <feTurbulence type="fractalNoise" baseFrequency="0.8 0.5" numOctaves="2" seed="9" />
      <feColorMatrix values="0 0 0 0 0.08  0 0 0 0 0.12  0 0 0 0 0.2  0 0 0 0.6 -0.2" />
    </filter>
  </defs>
  <ellipse cx="470" cy="644" rx="270" ry="36" fill="#6b4a33" opacity="0.4" filter="url(#far)" />
  <ellipse cx="402" cy="640" rx="190" ry="13" fill="#3b2416" opacity="0.6" filter="url(#near)" />
  <path d="M232 300 C176 340 168 470 190 590" fill="none" stroke="#22314a" stroke-width="34" stroke-linecap="round" />
  <path d="M568 300 C624 340 632 470 610 590" fill="none" stroke="#1b2840" stroke-width="34" stroke-linecap="round" />
  <path d="M226 310 C184 350 176 450 186 540" fill="none" stroke="#5d7396" stroke-width="5" opacity="0.6" />
  <path d="M346 172 C340 92 460 92 454 172" fill="none" stroke="#7a4c27" stroke-width="22" stroke-linecap="round" />
  <path d="M350 156 C350 104 430 98 444 132" fill="none" stroke="#cf9d69" stroke-width="5" stroke-linecap="round" />
  <path d="${BODY}" fill="url(#canvas)" />
  <g clip-path="url(#pack)">
    <rect x="200" y="150" width="400" height="500" filter="url(#weave)" opacity="0.4" />
    <path d="M262 330 C264 250 306 196 372 180" fill="none" stroke="#cfdcf0" stroke-width="26" opacity="0.45" filter="url(#softer)" />
    <rect x="200" y="590" width="400" height="70" fill="#0f1828" opacity="0.45" filter="url(#softer)" />
    <path d="M582 300 V640" stroke="#0f1828" stroke-width="40" opacity="0.35" filter="url(#softer)" />
  </g>
  <path d="M252 372 C252 262 312 206 400 206 C488 206 548 262 548 372" fill="none" stroke="#1b2840" stroke-width="9" />
  <path d="M252 372 C252 262 312 206 400 206 C488 206 548 262 548 372" fill="none" stroke="#d9a24a" stroke-width="2.5"
    stroke-dasharray="4 4" />
  <rect x="540" y="364" width="15" height="40" rx="6" fill="url(#leather)" />
  <path d="${POCKET}" fill="#0f1828" opacity="0.5" transform="translate(5 8)" filter="url(#soft)" />
  <path d="${POCKET}" fill="url(#pocket)" />
  <path d="M274 448 C274 438 280 434 290 434 L510 434 C520 434 526 438 526 448 L532 564 C534 584 524 592 506 592 L294 592 C276 592 266 584 268 564 Z"
    fill="none" stroke="#b9c9e2" stroke-width="2" stroke-dasharray="7 5" opacity="0.55" />
  <path d="M258 466 H542" stroke="#1b2840" stroke-width="8" />
  <path d="M258 466 H542" stroke="#d9a24a" stroke-width="2.2" stroke-dasharray="4 4" />
  <g>
    <rect x="318" y="404" width="30" height="122" rx="6" fill="url(#leather)" />
    <rect x="452" y="404" width="30" height="122" rx="6" fill="url(#leather)" />
    <g fill="none" stroke="#e3ba6c" stroke-width="5">
      <rect x="312" y="470" width="42" height="26" rx="5" />
      <rect x="446" y="470" width="42" height="26" rx="5" />
    </g>
    <g fill="#57361b"><circle cx="333" cy="512" r="3.5" /><circle cx="467" cy="512" r="3.5" /></g>
  </g>
  <rect x="358" y="300" width="84" height="54" rx="7" fill="#0f1828" opacity="0.4" filter="url(#soft)" />
  <rect x="356" y="296" width="84" height="54" rx="7" fill="url(#leather)" />
  <path d="M376 336 L394 308 L404 324 L410 314 L424 336 Z" fill="none" stroke="#f3dcb5" stroke-width="3.5" stroke-linejoin="round" />
`
