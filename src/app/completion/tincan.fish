# Completion of tincan for fish; it needs sed and timeout.
# Peers are named by strangers: only plain words and addresses pass __tincan_peers; fish quotes what it inserts.

set -g __tincan_commands listen web send connect peers history block unblock dialect cancel reply edit delete react \
    versions id verify why rename trust rooms room host join leave invite ticket tickets revoke members topic role mute \
    unmute remove who selftest
set -g __tincan_dialects A1 A2a A2b A3 A3-team A3-line A4 A5 A6 A7 A8 A9 A10 raw C auto

# What can stand for a peer, one on each line: names that are one word, no number and no option, and addresses.
# Inside a JSON string a backslash stands before every quote, so no name can look like a field.
function __tincan_peers
    command timeout 2 tincan (__tincan_place) peers --json 2>/dev/null </dev/null | LC_ALL=C command sed -nE '
        /^\{"event":"peer",/!d
        h
        s/.*[{,]"peer":"(([0-9]{1,3}\.){3}[0-9]{1,3}:[1-9][0-9]*|\[[0-9A-Fa-f:.]+\]:[1-9][0-9]*)"[,}].*/\1/p
        g
        s/.*[{,]"team":"([0-9]*[A-Za-z_][A-Za-z0-9_-]*)"[,}].*/\1/p
        g
        s/.*[{,]"petname":"([0-9]*[A-Za-z_][A-Za-z0-9_-]*)"[,}].*/\1/p'
end

# The options on the line that choose the profile.
function __tincan_place
    set -l option
    for word in (commandline -opc)
        if set -q option[1]
            string replace -r '=~/' "=$HOME/" -- "$option=$word"
            set -e option
        else if contains -- $word --profile --config --data-dir
            set option $word
        else if string match -qr -- '^--(profile|config|data-dir)=' $word
            string replace -r '=~/' "=$HOME/" -- $word
        end
    end
end

# The command and its arguments so far, without options and their values.
function __tincan_words
    set -l with_value --team --ip --port --mandatory --mandatory-text --profile --config --data-dir \
        --timeout --dialect --search --limit --after --seed --worlds --uses --for
    set -l is_value no
    set -l has_command no
    for word in (commandline -opc)[2..-1]
        if test $is_value = yes
            set is_value no
        else if contains -- $word $with_value
            set is_value yes
        else if test $has_command = yes
            string match -qr -- '^-.' $word; or echo -- $word
        else if contains -- $word $__tincan_commands
            set has_command yes
            echo $word
        end
    end
end

function __tincan_has_no_command
    test -z (__tincan_words)[1]
end

function __tincan_runs
    contains -- (__tincan_words)[1] $argv
end

# The argument being typed is the first, or the second, of one of these commands.
function __tincan_begins
    set -l words (__tincan_words)
    test (count $words) -eq 1; and contains -- $words[1] $argv
end

function __tincan_continues
    set -l words (__tincan_words)
    test (count $words) -eq 2; and contains -- $words[1] $argv
end

complete -c tincan -f

complete -c tincan -s h -l help -d 'Print help and exit'
complete -c tincan -l version -d 'Print the version and exit'
complete -c tincan -l team -x -d "Your team's name"
complete -c tincan -l ip -x -d 'Which address of this machine to announce'
complete -c tincan -l port -x -d 'Port to listen on; 0 takes any free one'
complete -c tincan -l mandatory -x -d 'A peer that gets a message at every start'
complete -c tincan -l mandatory-text -x -d 'That message'
complete -c tincan -l profile -x -d 'Use another set of peers and history'
complete -c tincan -l config -r -F -d 'Config file'
complete -c tincan -l data-dir -x -a '(__fish_complete_directories)' -d 'Where profiles are kept'
complete -c tincan -l no-classic -d 'Refuse clear text, both ways'
complete -c tincan -l tell-read -d 'Let tincans know what you have read'
complete -c tincan -l no-bell -d 'Do not ring when a line names you'
complete -c tincan -l web -d 'Serve the same peer as a web page, on this machine only'
complete -c tincan -l web-port -x -d 'Where; 0 takes any free port'
complete -c tincan -l open -d 'Serve the page and open it in the browser'
complete -c tincan -l plain -d 'Line by line, without any escape sequence'

complete -c tincan -n __tincan_has_no_command -a listen -d 'Receive without a menu'
complete -c tincan -n __tincan_has_no_command -a web -d 'Only the web page'
complete -c tincan -n __tincan_has_no_command -a send -d 'Send one message'
complete -c tincan -n __tincan_has_no_command -a connect -d 'Announce yourself to known peers and report'
complete -c tincan -n __tincan_has_no_command -a peers -d 'Show the peers that are known'
complete -c tincan -n __tincan_has_no_command -a history -d 'Show or search what was said'
complete -c tincan -n __tincan_has_no_command -a block -d 'Drop what a peer or a whole host says'
complete -c tincan -n __tincan_has_no_command -a unblock -d 'Hear it again'
complete -c tincan -n __tincan_has_no_command -a dialect -d 'Set what to speak to a peer'
complete -c tincan -n __tincan_has_no_command -a cancel -d 'Give up messages that wait'
complete -c tincan -n __tincan_has_no_command -a reply -d 'Answer a message of a tincan'
complete -c tincan -n __tincan_has_no_command -a edit -d 'Change a message of yours'
complete -c tincan -n __tincan_has_no_command -a delete -d 'Delete a message of yours for both sides'
complete -c tincan -n __tincan_has_no_command -a react -d 'React to a message with an emoji or a word'
complete -c tincan -n __tincan_has_no_command -a versions -d 'The earlier forms of an edited message'
complete -c tincan -n __tincan_has_no_command -a id -d 'Your key, and addresses to share'
complete -c tincan -n __tincan_has_no_command -a verify -d 'A number to compare with a peer'
complete -c tincan -n __tincan_has_no_command -a why -d 'What was tried to reach a peer, and what failed'
complete -c tincan -n __tincan_has_no_command -a rename -d 'Call a peer by a name of yours'
complete -c tincan -n __tincan_has_no_command -a trust -d 'Decide about a peer whose key has changed'
complete -c tincan -n __tincan_has_no_command -a rooms -d 'Show your rooms, and public ones of your peers'
complete -c tincan -n __tincan_has_no_command -a room -d 'Make a room'
complete -c tincan -n __tincan_has_no_command -a host -d 'Relay plain text between all who connect'
complete -c tincan -n __tincan_has_no_command -a join -d 'Come into a room'
complete -c tincan -n __tincan_has_no_command -a leave -d 'Leave a room'
complete -c tincan -n __tincan_has_no_command -a invite -d 'Let a peer into a room'
complete -c tincan -n __tincan_has_no_command -a ticket -d 'A ticket that lets newcomers into a room'
complete -c tincan -n __tincan_has_no_command -a tickets -d 'The tickets of a room'
complete -c tincan -n __tincan_has_no_command -a revoke -d 'Make a ticket worthless, or all of yours'
complete -c tincan -n __tincan_has_no_command -a members -d 'Who is in a room'
complete -c tincan -n __tincan_has_no_command -a topic -d 'Set the topic of a room'
complete -c tincan -n __tincan_has_no_command -a role -d 'Make a member a moderator, or an ordinary member'
complete -c tincan -n __tincan_has_no_command -a mute -d 'What that member writes does not count'
complete -c tincan -n __tincan_has_no_command -a unmute -d 'It counts again'
complete -c tincan -n __tincan_has_no_command -a remove -d 'Out of the room'
complete -c tincan -n __tincan_has_no_command -a who -d 'Who has a line of yours in a room'
complete -c tincan -n __tincan_has_no_command -a selftest -d 'Play simulated worlds, and check the promises'

complete -c tincan -n '__tincan_runs $__tincan_commands' -l json -d 'One JSON object per event'
complete -c tincan -n '__tincan_runs send connect reply join' -l timeout -x -d 'Seconds until exit code 3'
complete -c tincan -n '__tincan_runs send' -l dialect -x -a '$__tincan_dialects' -d 'Speak this dialect from now on'
complete -c tincan -n '__tincan_runs send' -l drop -d 'Give the message up when it is not delivered in time'
complete -c tincan -n '__tincan_runs history' -l search -x -d 'Only lines with all these words'
complete -c tincan -n '__tincan_runs history' -l limit -x -d 'The newest so many lines'
complete -c tincan -n '__tincan_runs history' -l after -x -d 'Only lines with a greater id'
complete -c tincan -n '__tincan_runs id ticket' -l qr -d 'Show it as a QR code'
complete -c tincan -n '__tincan_runs id' -l renew -d 'Make a new key; the old one is kept aside'
complete -c tincan -n '__tincan_runs verify' -l yes -d 'It was the same on both sides'
complete -c tincan -n '__tincan_runs verify' -l no -d 'It was not, or take that back'
complete -c tincan -n '__tincan_runs trust' -l accept -d 'The new key belongs to the same person'
complete -c tincan -n '__tincan_runs trust' -l refuse -d 'It does not'
complete -c tincan -n '__tincan_runs room' -l private -d 'Only invited people come in'
complete -c tincan -n '__tincan_runs host' -l room -x -d 'The room in which they are guests'
complete -c tincan -n '__tincan_runs join' -l plain -d 'A broadcast host: chat there, in clear'
complete -c tincan -n '__tincan_runs ticket' -l uses -x -d 'For how many people'
complete -c tincan -n '__tincan_runs ticket' -l for -x -d 'How long it is good'
complete -c tincan -n '__tincan_runs selftest' -l seed -x -d 'Where to begin'
complete -c tincan -n '__tincan_runs selftest' -l worlds -x -d 'How many'

complete -c tincan -n '__tincan_begins send history block unblock dialect cancel verify why rename trust' -a '(__tincan_peers)' -d Peer
complete -c tincan -n '__tincan_runs connect' -a '(__tincan_peers)' -d Peer
complete -c tincan -n '__tincan_continues dialect' -a '$__tincan_dialects' -d Dialect
complete -c tincan -n '__tincan_continues invite' -a '(__tincan_peers)' -d Peer
complete -c tincan -n '__tincan_begins room' -a create -d 'Make a room'
