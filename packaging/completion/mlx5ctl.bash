# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# bash completion for mlx5ctl: the tool itself knows what may follow.
_mlx5ctl()
{
	local IFS=$'\n' line last kept
	# Without the word breaks at = and :, which bash makes of its own.
	line=${COMP_LINE:0:COMP_POINT}
	local -a words
	IFS=$' \t' read -r -a words <<< "$line"
	[[ $line == *[[:blank:]] ]] && words+=("")
	last=${words[-1]}
	COMPREPLY=($(mlx5ctl completion "${words[@]}" 2>/dev/null))
	[[ $last == --*=* ]] && COMPREPLY=("${COMPREPLY[@]/#/"${last%%=*}="}")
	# What is before the last break stays on the line, so it is not repeated.
	kept=${last%"${last##*["$COMP_WORDBREAKS"]}"}
	COMPREPLY=("${COMPREPLY[@]#${kept//?/?}}")
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=.[] ]] && compopt -o nospace
	return 0
}
complete -o default -F _mlx5ctl mlx5ctl
