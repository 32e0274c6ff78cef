/** What each failure means, in English. */
import type { AuthErrorCode } from '../domain/auth-error.ts';
import type { ErrorText } from './error-texts.ts';

export const englishErrorTexts = {
  access_denied: {
    title: 'Sign-in cancelled',
    explanation: 'You cancelled, or your sign-in was refused. Nothing has changed.',
  },
  account_mismatch: {
    title: 'This account belongs to another sign-in',
    explanation:
      'The account you chose has another e-mail address than you are signed in with, so we connected nothing. Try again with the account of your own e-mail address.',
  },
  account_taken: {
    title: 'Someone else has connected this account',
    explanation:
      'The account you chose is connected to another user here, so we changed nothing. Use another account, or disconnect it there first.',
  },
  ambiguous_connection_selector: {
    title: 'More than one sign-in fits',
    explanation:
      'Your organization has several ways to sign in, and the link you used fits more than one. Start again from the app, or ask your administrator for the right link.',
  },
  application_consent_required: {
    title: 'Your consent is missing',
    explanation: 'You can only sign in to this app once you have agreed to what it asks for. Try again and accept.',
  },
  auth_failed: {
    title: 'Sign-in did not work',
    explanation: 'Something went wrong between us and your sign-in provider. Nothing has changed; please try again.',
  },
  authentication_method_not_allowed: {
    title: 'This way of signing in is not allowed',
    explanation: 'The method you chose is not available for this account. Try again and pick another one.',
  },
  connection_invalid: {
    title: 'This company sign-in does not exist',
    explanation:
      'The link you used leads to a company sign-in that we do not know. It may have been replaced; ask your administrator for a current link.',
  },
  connection_strategy_invalid: {
    title: 'This provider is not set up',
    explanation:
      'The sign-in provider you chose is not ready for use here. Try another one, or tell your administrator.',
  },
  connection_unlinked: {
    title: 'This sign-in belongs to no organization',
    explanation:
      'Your company sign-in has not been linked to an organization here yet. Your administrator can do that.',
  },
  consent_refused: {
    title: 'You did not give your consent',
    explanation: 'Nothing was connected, and nothing else has changed. You can connect it whenever you like.',
  },
  cross_site: {
    title: 'This came from another site',
    explanation:
      'Another site tried to do something in your name, so we did nothing. If it was what you wanted, do it from our own pages.',
  },
  email_verification_required: {
    title: 'Confirm your e-mail address',
    explanation: 'Your e-mail address is not confirmed yet. Try again and enter the code that we send to it.',
  },
  impersonated: {
    title: 'Not while you act for somebody else',
    explanation:
      'You are using this account in its owner’s place. Only the owner can sign in to an app with it or change what it is connected to.',
  },
  invalid_client: {
    title: 'This app is not known here',
    explanation:
      'The app that sent you here is not registered. Nothing has changed; please tell the makers of the app.',
  },
  invalid_connection_selector: {
    title: 'This sign-in link is incomplete',
    explanation: 'The link does not tell us where you want to sign in. Start again from the app or site you came from.',
  },
  invalid_device_proof: {
    title: 'This sign-in does not fit the app',
    explanation: 'What the app sent does not belong to this sign-in. Go back to the app and start again.',
  },
  invalid_dpop_proof: {
    title: 'This app could not prove itself',
    explanation: 'The app could not prove that it is the one that started. Go back to the app and start again.',
  },
  invalid_grant: {
    title: 'Your sign-in has ended',
    explanation: 'The app has to sign you in again. Go back to the app and start again.',
  },
  invalid_redirect_uri: {
    title: 'We do not know the way back to this app',
    explanation:
      'The app that sent you here asked to return to an address that it has not registered. Nothing has changed; please tell the makers of the app.',
  },
  invalid_request: {
    title: 'We could not read that',
    explanation: 'Part of the link or form is missing or damaged. Go back to where you came from and try once more.',
  },
  invalid_signature: {
    title: 'We cannot trust this message',
    explanation: 'It was not signed by the service it claims to come from, so we ignored it.',
  },
  invalid_ticket: {
    title: 'This connection cannot be finished',
    explanation:
      'It was finished before, took too long, or was started elsewhere. Go back to the app and connect again.',
  },
  login_expired: {
    title: 'This sign-in has expired',
    explanation:
      'A sign-in has to be finished within ten minutes, and a browser keeps only the latest few. Please start again.',
  },
  method_not_allowed: {
    title: 'That does not work here',
    explanation: 'This address exists, but not for what your browser asked of it. Please go on from the home page.',
  },
  mfa_challenge: {
    title: 'The second step is missing',
    explanation:
      'Your account is protected by a second step that was not completed. Try again with your authenticator app at hand.',
  },
  mfa_enrollment: {
    title: 'Set up a second step',
    explanation:
      'This account has to be protected by a second step, such as an authenticator app. Try again and follow the instructions.',
  },
  missing_uid: {
    title: 'Something is missing',
    explanation: 'The app did not say whose sign-in it wants to finish. Go back to the app and start again.',
  },
  module_not_connected: {
    title: 'Not connected yet',
    explanation: 'This needs a connection that you have not made. Connect it on your account page.',
  },
  no_code: {
    title: 'There is nothing to finish here',
    explanation: 'This address completes a sign-in, but it was opened without one. Please sign in from the start.',
  },
  no_jwt: {
    title: 'This account is not available',
    explanation:
      'You were recognised, but the account is gone or switched off. Please get in touch with your administrator.',
  },
  no_refresh_token: {
    title: 'The provider gave us only an hour',
    explanation:
      'We would lose access within the hour, so we connected nothing. Try again and allow access when you are asked; if that does not help, tell the people who run this site.',
  },
  not_found: {
    title: 'Page not found',
    explanation: 'There is nothing at this address. Check its spelling, or go on from the home page.',
  },
  oauth_failed: {
    title: 'Your provider reported a problem',
    explanation:
      'The provider you chose could not complete the sign-in. Try again in a moment, or choose another way to sign in.',
  },
  organization_authentication_methods_required: {
    title: 'Your organization asks for another way',
    explanation:
      'Your organization decides how its members sign in, and what you chose is not on its list. Try again with a way that it allows.',
  },
  organization_invalid: {
    title: 'We do not know this organization',
    explanation:
      'The link names an organization that is not registered here, or that has no sign-in yet. Check the link, or ask your administrator.',
  },
  organization_membership_not_found: {
    title: 'You are not a member of this organization',
    explanation:
      'You proved who you are, but you do not belong to the organization you asked for. Ask its administrator to invite you, or try another account.',
  },
  organization_selection_required: {
    title: 'Choose an organization',
    explanation: 'You belong to several organizations and none was chosen. Try again and pick the one you need.',
  },
  payload_too_large: {
    title: 'That was too much at once',
    explanation: 'Your browser sent more than we accept. Shorten what you entered and send it again.',
  },
  radar_challenge: {
    title: 'One more check is needed',
    explanation: 'This sign-in looked unusual, so we have to be sure that it is you. Try again and follow the steps.',
  },
  rate_limited: {
    title: 'Too many attempts',
    explanation: 'There were many attempts in a short time. Wait a minute, then try again.',
  },
  reauthorization_required: {
    title: 'This connection needs you',
    explanation: 'The provider no longer accepts the access you gave. Connect it again on your account page.',
  },
  scope_missing: {
    title: 'A permission is missing',
    explanation:
      'You left out a permission that is needed, so we connected nothing. Try again and leave every box ticked.',
  },
  session_changed: {
    title: 'You are signed in differently now',
    explanation:
      'You started this while signed in otherwise, so we connected nothing. Start it again from your account page.',
  },
  session_too_large: {
    title: 'Your account does not fit',
    explanation:
      'You proved who you are, but your account comes with more details than a browser session can hold. Trying again will not help: please send the code below to your administrator.',
  },
  sign_up_not_allowed: {
    title: 'New accounts are by invitation',
    explanation:
      'There is no account for you yet, and you cannot open one yourself. Ask your administrator to invite you.',
  },
  sso_required: {
    title: 'Sign in through your organization',
    explanation: 'Your organization requires its own single sign-on. Try again with your work e-mail address.',
  },
  state_mismatch: {
    title: 'This sign-in was not started here',
    explanation:
      'What we received belongs to a sign-in that this browser did not start, so we ignored it. If you want to sign in, start here.',
  },
  temporarily_unavailable: {
    title: 'Not available right now',
    explanation: 'A service that we depend on does not answer. Nothing is lost; wait a few seconds and try again.',
  },
  unauthenticated: {
    title: 'Please sign in',
    explanation: 'You are not signed in, or your session has ended. Sign in to go on.',
  },
  unsupported_grant_type: {
    title: 'This app cannot be signed in',
    explanation: 'The app asked to be signed in in a way that we do not offer. Please tell the makers of the app.',
  },
  unsupported_media_type: {
    title: 'We cannot read this format',
    explanation:
      'Your browser sent its data in a form that we do not accept. Reload the page you came from and try again.',
  },
  user_disabled: {
    title: 'This account is switched off',
    explanation:
      'An administrator has disabled or removed this account. If that is a mistake, please get in touch with them.',
  },
} satisfies Record<AuthErrorCode, ErrorText>;
